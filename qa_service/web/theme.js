/* Before the first paint, so that nobody who chose dark is shown a white page. Not a module: modules run too late. */
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
} catch {
  document.documentElement.dataset.theme = "auto"; // the browser keeps nothing
}
