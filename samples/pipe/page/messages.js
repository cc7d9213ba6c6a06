// What the viewer sends to the program on the other side of the pipe.

const element = (id) => document.getElementById(id);
const unanswered = {
  timeout: "No answer has come in time.",
  "outcome-unknown": "The connection was lost before an answer came.",
  unreachable: "The server cannot be reached.",
  offline: "There is no network.",
};

/** `messages`: the names that the program takes. With `json` what is sent is a JSON value, else it is text. */
export function startMessages(device, { messages, json }) {
  const [form, fields, name, text] = ["say", "say-fields", "say-name", "say-text"].map(element);
  name.replaceChildren(...messages.map((one) => new Option(one)));
  name.hidden = messages.length === 1;
  if (json) text.placeholder = "Send a JSON value";
  form.hidden = false;

  const connect = (connected) => (fields.disabled = !connected);
  device.on("connected", () => connect(true));
  device.on("switched", () => connect(true));
  device.on("disconnected", () => connect(false));
  connect(device.status().state === "connected");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = text.value;
    let data = said;
    try {
      if (json) data = JSON.parse(said);
    } catch {
      return tell("bad", "This is not JSON.");
    }
    tell("busy", "…");
    try {
      await device.request(name.value, data);
      tell("good", "Sent");
      if (text.value === said) text.value = "";
    } catch ({ code, message }) {
      tell("bad", unanswered[code] ?? (message || code));
    }
  });
}

function tell(state, sentence) {
  const result = element("say-result");
  result.dataset.state = state;
  result.textContent = sentence;
}
