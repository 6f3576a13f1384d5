/** The name of whoever is logged in; '' where nobody has to. The server knows it for itself. */
const loggedIn = String(window.gradio_config?.username ?? '');
