// What the page asks before it removes something comes into view, wherever in the list that was begun.
watch("value", () => requestAnimationFrame(() => {
  element.querySelector("[role=alertdialog] button")?.focus();
}));
