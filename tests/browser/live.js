// Keeps a WebSocket open. `getAccessToken` and `clearAccessToken` are those of Logto's SDK.
function connect(url, { getAccessToken, clearAccessToken, onMessage, onSignedOut }) {
  let socket;
  let closed = false;
  let delay = 500; // milliseconds

  async function open() {
    let token;
    try {
      token = await getAccessToken();
    } catch (error) {
      return onSignedOut(error); // the user must sign in again
    }
    if (closed) return;
    let opened = false;
    socket = new WebSocket(url, ["bearer", token]);
    socket.onopen = () => {
      opened = true;
      delay = 500;
    };
    socket.onmessage = ({ data }) => onMessage(data);
    socket.onclose = async ({ code }) => {
      if (closed) return;
      // The token ended, or the handshake failed. A script does not see the status of a handshake.
      if (code === 1008 || !opened) await clearAccessToken();
      setTimeout(open, delay * (0.5 + Math.random()));
      delay = Math.min(2 * delay, 60_000);
    };
  }

  open();
  return {
    // Returns whether there is a connection. Without one, the text is not sent.
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
