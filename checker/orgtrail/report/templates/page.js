"use strict";
(() => {
  if (navigator.clipboard) {
    for (const edit of document.querySelectorAll(".edit")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(edit.querySelector("pre").textContent);
          button.textContent = "Copied";
        } catch {
          button.textContent = "Select and copy by hand";
        }
      });
      edit.append(button);
    }
  }
  const opened = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (const folded of target?.parentElement?.querySelectorAll(":scope details.view, :scope details.holds") ?? []) folded.open = true;
  };
  addEventListener("hashchange", opened);
  opened();
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details.holds, details.view")) folded.open = true;
  });
})();
