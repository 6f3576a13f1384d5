/** Where videos are dropped or chosen; the list hears of them by `secondlook:files`. */

const ICON = 'M12 3l5 5-1.4 1.4L13 6.8V16h-2V6.8L8.4 9.4 7 8z M5 18h14v2H5z';

class Area {
  constructor(root) {
    this.accepted = plain(props.accepted) ?? [];
    this.input = el('input', {
      type: 'file', multiple: true, class: 'sl-area-input', accept: this.accepted.join(','),
      'aria-label': 'Choose videos', on: { change: () => this.chosen() },
    });
    this.message = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.area = el('label', { class: 'sl-area' }, this.input, icon(ICON),
      el('strong', { text: 'Choose videos' }),
      el('span', { class: 'sl-area-hint', text: 'or drop them here, as many as you like, folders too' }));
    for (const event of ['dragenter', 'dragover']) this.area.addEventListener(event, (e) => this.over(e));
    for (const event of ['dragleave', 'dragend']) this.area.addEventListener(event, () => this.light(false));
    this.area.addEventListener('drop', (event) => this.dropped(event));
    root.replaceChildren(this.area, this.message);
  }

  over(event) {
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.light(true);
  }

  light(on) {
    this.area.classList.toggle('sl-area-over', on);
  }

  chosen() {
    this.add([...this.input.files]);
    this.input.value = ''; // so that the same file can be chosen again
  }

  async dropped(event) {
    event.preventDefault();
    this.light(false);
    try {
      this.add(await filesOf(event.dataTransfer, this.accepted));
    } catch {
      this.say('This folder could not be read. Choose the videos in it instead.');
    }
  }

  add(files) {
    this.say(files.length ? '' : 'There is no video in it.');
    if (files.length) announce('secondlook:files', { files });
  }

  say(sentence) {
    this.message.textContent = sentence;
    this.message.hidden = !sentence;
  }
}

new Area(element.querySelector('.sl-root'));
