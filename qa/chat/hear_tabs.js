
// What another tab kept, renamed or deleted is listed here, too.
window.addEventListener("storage", ({ key }) => {
  if (window.sourcier.owns(key)) {
    trigger("kept_elsewhere", {});
  }
});
