/** The camera and its recording; knows nothing of buttons. */

const TYPES = [
  ['video/webm;codecs=vp8', 'webm'],
  ['video/webm', 'webm'],
  ['video/mp4', 'mp4'],
];
/** @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: 'The browser may not use the camera. Allow it beside the address of this page, then try again.',
  SecurityError: 'The browser may not use the camera. Allow it beside the address of this page, then try again.',
  NotFoundError: 'No camera was found. Connect one, then try again, or upload a video instead.',
  OverconstrainedError: 'The camera cannot record as needed. Try the other camera, or upload a video instead.',
  NotReadableError: 'The camera is busy. Close other programs that use it, then try again.',
};

/** A sentence if this page can never record here, else null. */
export function whyNoCamera() {
  if (!window.isSecureContext) {
    return 'The camera works only on a page with https, or on this computer itself. You can upload a video instead.';
  }
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
    return 'This browser cannot record. You can upload a video instead.';
  }
  return null;
}

/** @param {unknown} error */
export function reasonOf(error) {
  return REASONS[/** @type {any} */ (error)?.name] ?? 'The camera could not be started. Try again, or upload a video instead.';
}

export class Camera {
  /** @type {MediaStream | null} */
  stream = null;
  /** @type {MediaRecorder | null} */
  recorder = null;

  /**
   * `facing` is 'user' or 'environment' (at the back of a phone); sound is never asked for.
   * @param {string} facing
   */
  async open(facing) {
    this.close();
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: { ideal: facing } },
    });
    return this.stream;
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  /**
   * Starts; the promise gives the file when `stop` was called or the camera went away.
   * @returns {Promise<File>}
   */
  record() {
    const [type, ending] = TYPES.find(([name]) => MediaRecorder.isTypeSupported(name)) ?? ['', 'webm'];
    const recorder = new MediaRecorder(/** @type {MediaStream} */ (this.stream), type ? { mimeType: type } : {});
    /** @type {Blob[]} */
    const pieces = [];
    this.recorder = recorder;
    return new Promise((resolve, reject) => {
      recorder.addEventListener('dataavailable', (event) => pieces.push(event.data));
      recorder.addEventListener('error', (event) => reject(event.error ?? new Error('recording failed')));
      recorder.addEventListener('stop', () => {
        const kind = (recorder.mimeType || type).split(';')[0];
        resolve(new File(pieces, `recording.${ending}`, { type: kind }));
      });
      recorder.start(1000); // in pieces, so that a long recording is not held twice
    });
  }

  stop() {
    if (this.recorder?.state === 'recording') this.recorder.stop();
  }
}
