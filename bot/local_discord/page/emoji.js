// A small table of emoji by their short names, for completion (":smi"), for the picker, and for turning ":smile:"
// into the character when a message is sent. Custom emoji are pictures on another host: this page writes their names.

import { el } from "./dom.js";

const TABLE = `
smile 😄|grinning 😀|joy 😂|rofl 🤣|slight_smile 🙂|wink 😉|blush 😊|heart_eyes 😍|star_struck 🤩|thinking 🤔|neutral_face 😐
smirk 😏|relieved 😌|sunglasses 😎|nerd 🤓|cry 😢|sob 😭|scream 😱|rage 😡|sleeping 😴|exploding_head 🤯|face_with_monocle 🧐
thumbsup 👍|thumbsdown 👎|clap 👏|wave 👋|pray 🙏|muscle 💪|ok_hand 👌|raised_hands 🙌|raised_hand ✋|handshake 🤝|point_up ☝️
point_right 👉|point_left 👈|writing_hand ✍️|eyes 👀|brain 🧠|heart ❤️|orange_heart 🧡|green_heart 💚|blue_heart 💙|broken_heart 💔
fire 🔥|star ⭐|sparkles ✨|tada 🎉|100 💯|boom 💥|zap ⚡|rainbow 🌈|sunny ☀️|crescent_moon 🌙|ocean 🌊|snowflake ❄️
white_check_mark ✅|x ❌|question ❓|exclamation ❗|warning ⚠️|no_entry ⛔|recycle ♻️|plus ➕|minus ➖|arrow_right ➡️|arrow_left ⬅️
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|red_circle 🔴|green_circle 🟢|blue_circle 🔵
clapper 🎬|movie_camera 🎥|tv 📺|popcorn 🍿|performing_arts 🎭|art 🎨|microphone 🎤|headphones 🎧|musical_note 🎵|video_game 🎮|game_die 🎲
book 📖|books 📚|pencil ✏️|memo 📝|pencil2 🖊️|scroll 📜|newspaper 📰|mag 🔍|bulb 💡|gear ⚙️|wrench 🔧|lock 🔒|unlock 🔓|key 🔑
bell 🔔|hourglass ⏳|alarm_clock ⏰|calendar 📅|pushpin 📌|paperclip 📎|link 🔗|package 📦|gift 🎁|trophy 🏆|first_place 🥇|second_place 🥈
third_place 🥉|crown 👑|gem 💎|rocket 🚀|airplane ✈️|train 🚆|ship 🚢|house 🏠|castle 🏰|island 🏝️|mountain ⛰️|ghost 👻|skull 💀|robot 🤖
alien 👽|dragon 🐉|cat 🐱|dog 🐶|fox 🦊|wolf 🐺|owl 🦉|snake 🐍|octopus 🐙|butterfly 🦋|rose 🌹|seedling 🌱|evergreen_tree 🌲|apple 🍎
coffee ☕|tea 🍵|pizza 🍕|cake 🎂|speech_balloon 💬|thought_balloon 💭|loudspeaker 📢|detective 🕵️|mage 🧙|vampire 🧛|zombie 🧟|superhero 🦸`;

const OTHER_NAMES = { "+1": "thumbsup", "-1": "thumbsdown", check: "white_check_mark", slightly_smiling_face: "slight_smile", laughing: "joy", red_heart: "heart" };

const ALL = TABLE.trim().split(/[|\n]/).map((entry) => entry.split(" "));
const BY_NAME = new Map(ALL);
const BY_CHARACTER = new Map(ALL.map(([name, character]) => [character, name]));
for (const [other, name] of Object.entries(OTHER_NAMES)) BY_NAME.set(other, BY_NAME.get(name));

/** Those whose name has `typed` in it, best first, as {name, character}. */
export function findEmoji(typed, most = Infinity) {
  const query = typed.toLowerCase();
  const found = ALL.filter(([name]) => name.includes(query)).map(([name, character]) => ({ name, character }));
  return found.sort((a, b) => b.name.startsWith(query) - a.name.startsWith(query)).slice(0, most);
}

/** The character's name, for a label ("thumbsup"), or the character itself. */
export const emojiName = (character) => BY_CHARACTER.get(character) ?? character;

/** Replace ":smile:" by its character, except inside code. */
export const withEmoji = (text) => text.split(/(```[^]*?```|`[^`\n]*`)/)
  .map((part, at) => (at % 2 ? part : part.replace(/(?<![\w:<]):([\w+-]{1,32}):(?!\d)/g, (all, name) => BY_NAME.get(name) ?? all))).join("");

/** Whether a text is nothing but a few emoji, which are then drawn large. */
export const onlyEmoji = (text) => text.length < 120 && /^(?:\s*(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}|[#*0-9]\ufe0f?\u20e3)[\p{M}\p{Emoji_Modifier}\u200d\ufe0f\p{Extended_Pictographic}]*\s*){1,27}$/u.test(text);

/** A partial emoji as a node: a Unicode one as it is, a custom one by its name. */
export const emoji = ({ id, name }) => el("span", { class: id ? "emoji named" : "emoji", "aria-hidden": "true" }, id ? `:${name}:` : name);

/** What the API calls an emoji: the character, or "name:id". */
export const emojiKey = ({ id, name }) => (id ? `${name}:${id}` : name);
