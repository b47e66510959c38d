// What a press on a mention in a text does: it leads to the channel, opens the person's card, or begins the command.

/** Listen on the whole page, because texts are drawn anew all the time. */
export function followMentions(page) {
  document.body.addEventListener("click", (event) => {
    const mention = event.target.closest?.(".mention[data-channel], .mention[data-command], .mention[data-user]");
    if (!mention) return;
    const { channel, command, user } = mention.dataset;
    if (channel) page.go(channel);
    else if (user) page.openUser(user, mention);
    else (page.pane.root.contains(mention) ? page.pane.conversation : page.talk).composer.begin(command);
  });
}
