// Keeps a WebSocket open. `getAccessToken` and `clearAccessToken` call Logto's SDK.
function connect(url, { getAccessToken, clearAccessToken, onMessage, onSignedOut }) {
  let socket;
  let closed = false;
  let delay = 500; // milliseconds

  async function open() {
    let token;
    try {
      token = await getAccessToken();
      if (closed) return;
      socket = new WebSocket(url, ["bearer", token]);
    } catch (error) {
      if (closed) return;
      // Only these two codes mean that the user is signed out. After other errors, such as 429, try again.
      const isSignedOut = ["not_authenticated", "oidc.invalid_grant"].includes(error.code);
      return isSignedOut ? onSignedOut(error) : retry();
    }
    let opened = false;
    let steady;
    socket.onopen = () => {
      opened = true;
      // Resets the delay only after five seconds. Otherwise, a service that closes each socket at once
      // would get new ones without a pause.
      steady = setTimeout(() => (delay = 500), 5_000);
    };
    socket.onmessage = ({ data }) => onMessage(data);
    socket.onclose = async ({ code }) => {
      clearTimeout(steady);
      // Clears the token only if the service rejects it. After a restart, all clients would otherwise
      // request new tokens from Logto at once.
      const isInvalid = code === 1008 || (!opened && !closed && (await isRejected(url, token)));
      if (closed) return;
      if (isInvalid) await clearAccessToken();
      retry();
    };
  }

  function retry() {
    setTimeout(open, delay * (0.5 + Math.random()));
    delay = Math.min(2 * delay, 60_000);
  }

  open();
  return {
    // Returns whether there is a connection. Without a connection, the text is not sent.
    send: (text) => {
      const open = socket?.readyState === WebSocket.OPEN;
      if (open) socket.send(text);
      return open;
    },
    close: () => {
      closed = true;
      socket?.close();
    },
  };
}

// Returns whether the service rejects the token. Scripts do not see the status of a handshake, so this sends
// the token again, in a request whose status they see.
async function isRejected(url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  try {
    return (await fetch(url.replace(/^ws/, "http"), { headers })).status === 401;
  } catch {
    return false; // The service is out of reach.
  }
}

// Reads a stream of events until the token becomes invalid or the connection ends.
async function listen(url, { getAccessToken, clearAccessToken, onData }) {
  const request = async () =>
    fetch(url, { headers: { Authorization: `Bearer ${await getAccessToken()}` } });
  let response = await request();
  if (response.status === 401) {
    await clearAccessToken();
    response = await request();
  }
  if (!response.ok) throw new Error(`the stream has the status ${response.status}`);
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (text + part).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data: "));
      if (data.length > 0) onData(data.map((line) => line.slice(6)).join("\n"));
    }
  }
}
