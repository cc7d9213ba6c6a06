// Light or dark: as the system has it, until the viewer says otherwise.

const KEY = "pipe.theme";

export function startTheme(button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = stored() ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", theme === "dark" ? "Switch to the light theme" : "Switch to the dark theme");
  };
  let chosen;
  const stored = () => {
    try {
      return chosen ?? localStorage.getItem(KEY);
    } catch {
      return chosen; // storage may be forbidden
    }
  };
  dark.addEventListener("change", apply);
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply();
  });
  apply();
}
