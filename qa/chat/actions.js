// A click (or Enter, Space: they are buttons) asks the page to open a source, to ask a question or to do
// something else; copying is done here, without the page.
element.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-source], [data-ask], [data-act], [data-copy]");
  if (!button || !element.contains(button)) {
    return;
  }
  const { source, ask, act, copy, turn, value } = button.dataset;
  if (source !== undefined) {
    trigger("open_source", { source });
  } else if (ask !== undefined) {
    trigger("ask_this", { question: ask });
  } else if (act !== undefined) {
    trigger("act", { act, turn: Number(turn ?? -1), value: value ?? "" });
    if (["edit", "correct", "cancel"].includes(act)) {
      // What is written goes on in the box; in it the focus is seen, however it came there.
      document.querySelector("#question textarea")?.focus();
    }
  } else {
    try {
      await navigator.clipboard.writeText(copy);
      button.textContent = button.dataset.done;
    } catch {
      // No right to the clipboard: shown, for copying by hand.
      const box = document.createElement("textarea");
      box.value = copy;
      box.rows = 6;
      box.readOnly = true;
      button.replaceWith(box);
      box.select();
    }
  }
});
