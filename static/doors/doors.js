/** Light or dark as Gradio's pages choose it: by the address, else by the system. */
(() => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const asked = new URLSearchParams(location.search).get('__theme');
  const dress = () => {
    const dark = asked ? asked === 'dark' : system.matches;
    document.documentElement.classList.toggle('dark', dark);
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  };
  system.addEventListener('change', dress);
  dress();
})();
