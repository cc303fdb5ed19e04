/* Before the first paint, so that nothing moves when the letter comes. Not a module: modules run too late. */
document.getElementById("letter").hidden = !new URLSearchParams(location.search).get("letter");
