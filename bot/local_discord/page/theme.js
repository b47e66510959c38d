// Dark, light, or as the reader's system has it. The choice is this browser's and lasts across reloads; the colours
// themselves are in style.css.

const KEY = "local-discord:theme";
export const THEMES = ["auto", "dark", "light"];

export function theme() {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.includes(kept) ? kept : "auto";
  } catch {
    return "auto"; // storage is switched off
  }
}

export function setTheme(wanted) {
  apply(wanted);
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // Storage is full or switched off: the choice lasts as long as the page.
  }
}

const apply = (wanted) => (wanted === "auto" ? delete document.documentElement.dataset.theme : (document.documentElement.dataset.theme = wanted));

apply(theme());
