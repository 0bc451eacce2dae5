// Small behaviours of every page: the navigation, forms that send themselves.
(() => {
  "use strict";
  const root = document.documentElement;

  function toggleNavigation(button) {
    const open = document.body.classList.toggle("nav-open");
    button.setAttribute("aria-expanded", String(open));
  }

  function toggleFold() {
    const folded = root.getAttribute("data-nav") !== "folded";
    if (folded) root.setAttribute("data-nav", "folded");
    else root.removeAttribute("data-nav");
    window.localStorage.setItem("nav", folded ? "folded" : "open");
    window.dispatchEvent(new Event("resize"));
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle]");
    if (!button) return;
    if (button.dataset.toggle === "nav") toggleNavigation(button);
    if (button.dataset.toggle === "fold") toggleFold();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // An empty field says nothing: it stays out of the address, which then is short enough to share.
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
})();
