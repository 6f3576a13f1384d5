/** What the page is called: its one first heading, and the title of its tab. */

const PROGRAM = 'Second Look';

class Heading {
  constructor(root) {
    this.name = el('h1');
    this.about = el('p', { class: 'sl-about' });
    root.replaceChildren(this.name, this.about);
    listenWhileShown(root, 'secondlook:shown', ({ detail }) => this.show(detail?.name ?? ''));
    this.keepTitle();
  }

  update(raw) {
    this.value = plain(raw);
    this.show('');
  }

  /** `video` is the name of the video that the page is about, or ''. */
  show(video) {
    const { title, about, is_video: isVideo } = this.value;
    this.name.replaceChildren(...breakable(isVideo && video ? video : title));
    this.about.textContent = video ? '' : about;
    this.title = [video, title, PROGRAM].filter(Boolean).join(' – ');
    document.title = this.title;
  }

  /** Gradio gives all pages the title of the program, and does so late. */
  keepTitle() {
    new MutationObserver(() => {
      if (this.name.isConnected && document.title !== this.title) document.title = this.title;
    }).observe(document.head, { childList: true, subtree: true, characterData: true });
  }
}

const heading = new Heading(element.querySelector('.sl-root'));
heading.update(props.value);
watch('value', () => heading.update(props.value));
