
// More than is taken at once is told before anything is sent: here, before Gradio sees the files.
window.addEventListener("change", (event) => {
  const input = document.querySelector("#add-row input[type=file]");
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
element.closest("#confirm").dataset.takes = "";
