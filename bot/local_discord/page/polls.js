// A poll in a message: its answers to choose from, then how the votes stand. The card stays the same node while votes
// come in, so what one has ticked is not lost. What counts is what Discord's poll object says; voting is
// the caller's request.

import { displayName, el, fill } from "./dom.js";
import { emoji } from "./emoji.js";
import { fullTime, timeLeft } from "./times.js";
import { say } from "./words.js";

let count = 0;

export class PollCard {
  /** `vote(answerIds)` sends (an empty list takes the vote back); `voters(answerId)` gives users; `names` looks them up. */
  constructor({ vote, voters, names }) {
    Object.assign(this, { vote, voters, names, peeking: false, opened: new Set(), chosen: new Set() });
    this.id = `poll-${(count += 1)}`;
    this.error = el("p", { class: "failure", role: "alert" });
    this.body = el("div", { class: "poll-body" });
    this.root = el("section", { class: "poll", "aria-labelledby": this.id }, this.body, this.error);
  }

  update(poll) {
    this.poll = poll;
    const counts = new Map((poll.results?.answer_counts ?? []).map((entry) => [entry.id, entry]));
    this.answers = poll.answers.map((answer) => ({
      id: answer.answer_id, text: answer.poll_media.text ?? "", emoji: answer.poll_media.emoji,
      count: counts.get(answer.answer_id)?.count ?? 0, mine: Boolean(counts.get(answer.answer_id)?.me_voted),
    }));
    this.total = this.answers.reduce((sum, answer) => sum + answer.count, 0);
    this.over = Boolean(poll.results?.is_finalized) || Boolean(poll.expiry && Date.parse(poll.expiry) <= Date.now());
    this.#draw();
  }

  #draw() {
    const voted = this.answers.some(({ mine }) => mine);
    const results = this.over || voted || this.peeking;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const hint = this.over ? say("poll.ended") : say(this.poll.allow_multiselect ? "poll.many" : "poll.one");
    fill(this.body, el("h3", { id: this.id }, this.poll.question.text), el("p", { class: "poll-hint" }, hint),
      results ? this.#results() : this.#ballot(), this.#foot(voted, results));
    if (focused) this.root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #ballot() {
    const type = this.poll.allow_multiselect ? "checkbox" : "radio";
    const row = (answer) => {
      const input = el("input", { type, name: `${this.id}-answer`, value: String(answer.id), dataset: { key: `choose-${answer.id}` }, onchange: () => this.#tick(answer.id, input.checked) });
      input.checked = this.chosen.has(answer.id);
      return el("label", { class: "poll-answer" }, answer.emoji && emoji(answer.emoji), el("span", { class: "poll-text" }, answer.text), input);
    };
    return el("div", { class: "poll-answers", role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": this.id }, this.answers.map(row));
  }

  #tick(id, on) {
    if (!this.poll.allow_multiselect) this.chosen.clear();
    if (on) this.chosen.add(id);
    else this.chosen.delete(id);
    this.send.disabled = !this.chosen.size;
  }

  #results() {
    const most = Math.max(...this.answers.map((answer) => answer.count));
    return el("ul", { class: "poll-answers" }, this.answers.map((answer) => {
      const share = this.total ? Math.round((answer.count / this.total) * 100) : 0;
      const row = el("button", {
        type: "button", class: "poll-answer result", "aria-expanded": String(this.opened.has(answer.id)), title: say("poll.voters", answer.text), dataset: { key: `open-${answer.id}` },
        onclick: () => this.#open(answer.id),
      }, el("span", { class: "poll-bar", "aria-hidden": "true" }), answer.emoji && emoji(answer.emoji), el("span", { class: "poll-text" }, answer.text,
        answer.mine && el("span", { class: "poll-mine" }, `✓ ${say("poll.yours")}`)),
      el("span", { class: "poll-count" }, `${votes(answer.count)} · ${share}%`));
      row.style.setProperty("--share", `${share}%`);
      row.classList.toggle("mine", answer.mine);
      row.classList.toggle("winner", this.over && most > 0 && answer.count === most);
      const item = el("li", {}, row);
      if (this.opened.has(answer.id)) this.#list(item, answer.id);
      return item;
    }));
  }

  #open(id) {
    if (!this.opened.delete(id)) this.opened.add(id);
    this.#draw();
  }

  async #list(item, id) {
    const panel = el("p", { class: "poll-voters" }, "…");
    item.append(panel);
    try {
      const users = await this.voters(id);
      fill(panel, users.map((user) => displayName(this.names.user(user.id) ?? user)).join(", ") || say("voters.none"));
    } catch (error) {
      fill(panel, error.message);
    }
  }

  #foot(voted, results) {
    const end = this.poll.expiry && Date.parse(this.poll.expiry);
    const link = (key, words, action) => el("button", { type: "button", class: "link-button", dataset: { key }, onclick: action }, words);
    const peek = () => {
      this.peeking = !this.peeking;
      this.#draw();
    };
    this.send = el("button", { type: "button", class: "button primary", dataset: { key: "vote" }, disabled: !this.chosen.size, onclick: () => this.#vote([...this.chosen]) }, el("span", { class: "label" }, say("poll.vote")));
    return el("div", { class: "poll-foot" },
      el("span", { class: "poll-total" }, votes(this.total), end && !this.over ? [" · ", timeLeft(end, say("poll.ended"))] : null,
        end && this.over ? [" · ", el("time", { datetime: this.poll.expiry, title: fullTime(end) }, say("poll.ended"))] : null),
      el("span", { class: "poll-actions" },
        !this.over && !voted && link("peek", say(this.peeking ? "poll.vote.back" : "poll.results"), peek),
        !this.over && voted && link("remove", say("poll.remove"), () => this.#vote([])),
        !this.over && !results && this.send));
  }

  async #vote(ids) {
    this.error.textContent = "";
    try {
      await this.vote(ids);
      this.chosen.clear();
      this.peeking = false;
    } catch (error) {
      this.error.textContent = say("reaction.failed", error.message);
    }
  }
}

const votes = (number) => (number === 1 ? say("poll.votes.one") : say("poll.votes", number));

/** The card of the message that ends a poll (type 46), from the fields of its embed. */
export function pollResult(embed, jump) {
  const field = Object.fromEntries((embed?.fields ?? []).map(({ name, value }) => [name, value]));
  const [total, won] = [Number(field.total_votes ?? 0), Number(field.victor_answer_votes ?? 0)];
  const words = field.victor_answer_text && total
    ? say("poll.winner", field.victor_answer_text, Math.round((won / total) * 100)) : say("poll.tie");
  return el("div", { class: "poll ended" }, el("b", {}, words), el("p", { class: "poll-hint" }, votes(total)),
    el("button", { type: "button", class: "button secondary small", onclick: jump }, el("span", { class: "label" }, say("message.jump"))));
}
