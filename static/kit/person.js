/** The name of whoever is logged in; '' where nobody has to. The server knows it for itself. */
export const loggedIn = String(/** @type {any} */ (globalThis).gradio_config?.username ?? '');
