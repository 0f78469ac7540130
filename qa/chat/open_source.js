// A click (or Enter, Space: they are buttons) on a citation or source asks the page to open it.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-source]");
  if (button && element.contains(button)) {
    trigger("open_source", { source: button.dataset.source });
  }
});
