// Keeps a WebSocket open. `getAccessToken` and `clearAccessToken` call Logto's SDK.
function connect(url, { getAccessToken, clearAccessToken, onMessage, onSignedOut }) {
  let socket;
  let closed = false;
  let delay = 500; // milliseconds

  async function open() {
    try {
      const token = await getAccessToken();
      if (closed) return;
      socket = new WebSocket(url, ["bearer", token]);
    } catch (error) {
      if (closed) return;
      // Without a network, `fetch` throws a TypeError. After other errors, the user must sign in again.
      return error instanceof TypeError ? retry() : onSignedOut(error);
    }
    let opened = false;
    socket.onopen = () => {
      opened = true;
      delay = 500;
    };
    socket.onmessage = ({ data }) => onMessage(data);
    socket.onclose = async ({ code }) => {
      if (closed) return;
      // The token is invalid, or the handshake failed. Scripts do not see the status of a handshake.
      if (code === 1008 || !opened) await clearAccessToken();
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
