/** The button for the video that the page shows. */

class DeleteButton {
  constructor(root) {
    this.question = new DeleteQuestion({
      onDone: (name) => {
        remember(DELETED, name);
        location.assign('/videos');
      },
    });
    this.button = el('button', {
      type: 'button', class: 'sl-button', text: 'Delete this video', hidden: true,
      on: { click: () => this.question.open(this.video.id, this.video.name) },
    });
    root.replaceChildren(this.button, this.question.dialog);
    listenWhileShown(root, 'secondlook:shown', ({ detail }) => {
      this.video = detail;
      this.button.hidden = !detail?.id;
    });
  }
}

new DeleteButton(element.querySelector('.sl-root'));
