// Loaded before the style sheets, so that the first paint has the right colours and width.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  paint();
  dark.addEventListener("change", () => {
    paint();
    document.dispatchEvent(new CustomEvent("theme-changed"));
  });
  if (window.localStorage.getItem("nav") === "folded") root.setAttribute("data-nav", "folded");
})();
