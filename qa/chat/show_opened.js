
// The source that was opened comes into view with its sentence, and gets the focus.
let shown = null;
watch("value", () => {
  const opened = element.querySelector(".source.opened");
  if (!opened) {
    shown = null;
    return;
  }
  if (opened.dataset.id === shown) {
    return;
  }
  shown = opened.dataset.id;
  opened.focus({ preventScroll: true });
  opened.scrollIntoView({ block: "nearest" });
  const passage = opened.querySelector("blockquote");
  const mark = opened.querySelector("mark");
  if (passage && mark) {
    passage.scrollTop = mark.offsetTop - passage.offsetTop - passage.clientHeight / 3;
  }
});

// Back to where it was opened: the answer's number, or else the question's box.
const goBack = () => {
  const { id } = element.querySelector(".source.opened")?.dataset ?? {};
  const from = id && document.querySelector(`#talk [data-source="${CSS.escape(id)}"]`);
  (from || document.querySelector("#question textarea"))?.focus();
};
element.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) {
    goBack();
  }
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    goBack();
  }
});
