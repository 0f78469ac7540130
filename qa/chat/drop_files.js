// Files dropped anywhere on the page are added as chosen ones are, and what becomes of them is shown: the tab
// that has the button comes to the front, and is made where nobody has opened it yet.
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const adding = () => document.querySelector("#add-row input[type=file]");
window.addEventListener("dragover", (event) => {
  if (carries(event)) {
    event.preventDefault();
  }
});
window.addEventListener("drop", async (event) => {
  if (!carries(event)) {
    return;
  }
  event.preventDefault();
  // Of their own: what an event carries is taken from it once it is over.
  const held = new DataTransfer();
  for (const file of event.dataTransfer.files) {
    held.items.add(file);
  }
  document.querySelector("#documents-tab-button")?.click();
  while (!adding() || !document.querySelector("#confirm[data-takes]")) {
    await new Promise(requestAnimationFrame);
  }
  const input = adding();
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
