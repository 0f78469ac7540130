
// A new question comes into view; while its answer grows, and once it is there, it stays in view.
let seen = "";
watch("value", () => requestAnimationFrame(() => {
  const exchanges = element.querySelectorAll(".exchange");
  const latest = exchanges[exchanges.length - 1];
  const now = `${exchanges.length} ${latest?.dataset.state}`;
  if (latest && (now !== seen || latest.dataset.state === "running")) {
    const fits = latest.offsetHeight < window.innerHeight / 2;
    latest.scrollIntoView({ block: fits ? "nearest" : "start" });
  }
  seen = now;
}));
