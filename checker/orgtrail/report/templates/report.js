"use strict";
(() => {
  const tools = document.getElementById("tools");
  const results = [...document.querySelectorAll(".result")];
  const states = ["violated", "undecided", "suppressed", "proved"].filter((state) =>
    results.some((result) => result.dataset.state === state));
  const button = (label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => action(made));
    return made;
  };
  if (results.length > 1) {
    for (const state of states) {
      const count = results.filter((result) => result.dataset.state === state).length;
      const toggle = button(`${state} (${count})`, (self) => {
        const shown = self.getAttribute("aria-pressed") !== "true";
        self.setAttribute("aria-pressed", String(shown));
        for (const result of results) {
          if (result.dataset.state === state) result.hidden = !shown;
        }
      });
      toggle.setAttribute("aria-pressed", "true");
      tools.append(toggle);
    }
    tools.append(
      button("open all", () => results.forEach((result) => { result.open = true; })),
      button("close all", () => results.forEach((result) => { result.open = false; })),
    );
    tools.hidden = false;
  }
  if (navigator.clipboard) {
    for (const fix of document.querySelectorAll(".fix")) {
      fix.append(button("copy", async (self) => {
        try {
          await navigator.clipboard.writeText(fix.querySelector("pre").textContent);
          self.textContent = "copied";
        } catch {
          self.textContent = "select and copy by hand";
        }
      }));
    }
  }
  const opened = () => {
    const folded = document.getElementById(location.hash.slice(1))?.closest("details.view");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", opened);
  opened();
  addEventListener("beforeprint", () => results.forEach((result) => { result.open = true; }));
})();
