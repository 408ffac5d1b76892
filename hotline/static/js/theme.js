// Nobody chose light or dark: the page follows the device, before anything of it is painted.
// Without this script it is light.

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => (document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light");
dark.addEventListener("change", follow);
follow();
