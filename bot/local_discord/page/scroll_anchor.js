// Keeps what one reads where it is while things above it come, go or grow.

/** The first row in sight and where it stands; null when none has an id. */
export function anchorIn(scroller, list) {
  const { top } = scroller.getBoundingClientRect();
  for (const row of list.children) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top && row.dataset.id) return { row, at: box.top };
  }
  return null;
}

/** Scroll so that the anchor stands where it stood. */
export function hold(scroller, anchor) {
  if (anchor?.row.isConnected) scroller.scrollTop += anchor.row.getBoundingClientRect().top - anchor.at;
}
