/** Gradio loads a page anew when a server that was lost is back. */

/**
 * What is still to be sent would be gone then. While `isNeeded()`, Gradio's question whether the
 * server is back gets no answer.
 * @param {() => boolean} isNeeded
 */
export function holdReload(isNeeded) {
  const ask = window.fetch.bind(window);
  window.fetch = (address, ...more) => {
    const isTheQuestion = String(address instanceof Request ? address.url : address).endsWith('/app_id');
    return isTheQuestion && isNeeded() ? Promise.reject(new TypeError('Not yet')) : ask(address, ...more);
  };
}
