
// Files dropped anywhere on the page are added as chosen ones are. More than is taken at once is told before
// anything is sent.
const adding = () => document.querySelector("#add-row input[type=file]");
const held = (event) => adding() && [...(event.dataTransfer?.types ?? [])].includes("Files");
window.addEventListener("dragover", (event) => {
  if (held(event)) {
    event.preventDefault();
  }
});
window.addEventListener("drop", (event) => {
  if (held(event)) {
    event.preventDefault();
    const input = adding();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
// Before Gradio sees them.
window.addEventListener("change", (event) => {
  const input = adding();
  if (event.target !== input || !input.files.length) {
    return;
  }
  const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
  const fits = size <= window.gradio_config.max_file_size;
  if (!fits) {
    event.stopImmediatePropagation();
    input.value = "";
  }
  trigger("act", { act: fits ? "sending" : "too_much", turn: -1, value: String(size) });
}, true);
