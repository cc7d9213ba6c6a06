// Light or dark: as the system has it, until the viewer says otherwise. Charts are drawn with the style sheet's colors.

const KEY = "device-monitor.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners: (() => void)[] = [];
const colors = new Map<string, string>();

/** A custom property of the style sheet, such as "series-1". */
export function color(name: string): string {
  let value = colors.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colors.set(name, value);
  }
  return value;
}

export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

export function startTheme(button: HTMLButtonElement): void {
  apply(stored());
  dark.addEventListener("change", () => apply(stored()));
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    apply(next);
  });

  function apply(theme: string | null): void {
    const name = theme ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = name;
    button.setAttribute("aria-label", name === "dark" ? "Switch to the light theme" : "Switch to the dark theme");
    colors.clear();
    for (const listener of listeners) listener();
  }
}

function stored(): string | null {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "dark" || theme === "light" ? theme : null;
  } catch {
    return null;
  }
}
