// What keys do on a message that has the focus: Discord's own (E edits, R replies, + reacts) and the keys that
// open its menu. Letters count only where the keyboard brought the focus, so that after a click they are still
// typed into the message box.

const LETTERS = {
  e: (row) => row.edit(),
  r: (row) => row.context.reply(row.message),
  "+": (row) => row.pickReaction(row.root),
};

/** Do what the key means on `row`; whether it meant something. */
export function messageKey(event, row, onRow) {
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
    row.openMenu(event);
    return true;
  }
  if (!onRow || event.ctrlKey || event.metaKey || event.altKey || row.message.local) return false;
  if (event.key === "Enter") {
    row.openMenu(event);
    return true;
  }
  const act = row.root.matches(":focus-visible") && LETTERS[event.key.toLowerCase()];
  if (act) act(row);
  return Boolean(act);
}
