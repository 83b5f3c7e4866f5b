"use strict";
// Copies commands, closes a cell with Escape, and moves between cells with the arrow keys. The page also
// works without this script.

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const command = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = "Copied";
    } catch {
      // If the clipboard can't be written, selects the command. The user can then copy it.
      getSelection().selectAllChildren(command);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

const grid = [...document.querySelectorAll("tbody tr")]
  .map((row) => [...row.querySelectorAll("summary")])
  .filter((cells) => cells.length > 0);

const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const opened = document.querySelector("details[open]");
  if (event.key === "Escape" && opened) {
    opened.open = false;
    opened.querySelector("summary").focus();
    return;
  }
  // A key with a modifier belongs to the browser: Alt+Left goes back.
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = steps[event.key];
  const cell = event.target.closest?.("summary");
  if (!step || !cell) return;
  const row = grid.findIndex((cells) => cells.includes(cell));
  const column = grid[row].indexOf(cell);
  const next = grid[row + step[0]]?.[column + step[1]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  // If the old cell is open, opens the new cell. The user can then read a row or a column with an arrow key.
  if (opened?.contains(cell)) next.parentElement.open = true;
});
