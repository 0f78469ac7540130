"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const questions = [...document.querySelectorAll(".q")];
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value ?? "";

  function speak() {
    root.lang = chosen("lang");
    document.title = document.querySelector(`h1 .t[lang="${root.lang}"]`)?.textContent ?? document.title;
  }

  function filter() {
    const show = chosen("show"), kind = chosen("kind"), lang = chosen("language");
    let shown = 0;
    for (const q of questions) {
      const fits =
        (!show || q.dataset.state === show || (show === "changed" && q.dataset.changed)) &&
        (!kind || q.dataset.kind === kind) &&
        (!lang || q.dataset.lang === lang);
      q.hidden = !fits;
      shown += fits;
    }
    for (const count of document.querySelectorAll(".shown")) count.textContent = shown;
  }

  document.addEventListener("change", (event) => (event.target.name === "lang" ? speak() : filter()));
  // A link from the list of what changed shows its question, whatever the filters hide.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#q-"]');
    const question = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!question) return;
    question.hidden = false;
    question.querySelectorAll("details").forEach((part) => (part.open = true));
  });
  // On paper nothing can be opened: everything that the filters show is.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    closed.forEach((part) => (part.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((part) => (part.open = false)));
  // A browser that comes back to the page keeps what was chosen.
  addEventListener("pageshow", () => { speak(); filter(); });
  speak();
  filter();
})();
