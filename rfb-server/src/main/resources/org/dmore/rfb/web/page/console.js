// The page around noVNC's RFB object: a bar with what a console needs, and the token.
//
// A token comes in the address's fragment (#token=...), which browsers send to no server. It goes
// on in the WebSocket's handshake as a subprotocol, since a page can set no header there, and so
// stays out of addresses and the logs that keep them. It is taken out of the address bar at once.

import RFB from './novnc/core/rfb.js';

const element = (id) => document.getElementById(id);
const status = element('status');
const settings = takeFragment();

let rfb = null;
let failure = '';
let tokenTried = false;

function takeFragment() {
  const found = new URLSearchParams(location.hash.slice(1));
  if (location.hash) {
    history.replaceState(null, '', location.pathname);
  }
  return found;
}

function say(text, failed = false) {
  status.textContent = text;
  status.classList.toggle('failed', failed);
}

/** The token in letters that a subprotocol's name may have. */
function tokenProtocol(token) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(token));
  return 'token.' + btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function connect() {
  failure = '';
  tokenTried = false;
  element('reconnect').hidden = true;
  say('Connecting…');
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const token = settings.get('token');
  const wsProtocols = token ? ['binary', tokenProtocol(token)] : ['binary'];
  rfb = new RFB(element('screen'), `${scheme}//${location.host}/websockify`, { wsProtocols });
  rfb.scaleViewport = element('scale').getAttribute('aria-pressed') === 'true';
  rfb.viewOnly = settings.get('view_only') === '1';
  rfb.addEventListener('connect', connected);
  rfb.addEventListener('disconnect', disconnected);
  rfb.addEventListener('credentialsrequired', credentialsRequired);
  rfb.addEventListener('securityfailure', (e) => {
    failure = e.detail.reason || 'The console did not let you in.';
  });
  rfb.addEventListener('serververification', () => rfb.approveServer());
  rfb.addEventListener('desktopname', (e) => {
    element('name').textContent = e.detail.name;
    document.title = e.detail.name;
  });
  rfb.addEventListener('clipboard', (e) => received(e.detail.text));
  rfb.addEventListener('capabilities', () => {
    element('power').hidden = !rfb.capabilities.power || rfb.viewOnly;
  });
}

function connected() {
  say(rfb.viewOnly ? 'Connected, to look only' : 'Connected');
  enableTools(!rfb.viewOnly);
  rfb.focus();
}

function disconnected(e) {
  enableTools(false);
  element('power').hidden = true;
  const reason = failure || (e.detail.clean ? 'Disconnected' : 'The connection was lost or refused.');
  say(reason, true);
  element('reconnect').hidden = false;
}

function enableTools(on) {
  element('ctrl-alt-del').disabled = !on;
  element('open-clipboard').disabled = !on;
}

// ---- signing in

function credentialsRequired(e) {
  const types = e.detail.types;
  const token = settings.get('token');
  if (token && !tokenTried && types.includes('password')) {
    // A server that has no tokens may still have been given this one as a password.
    tokenTried = true;
    rfb.sendCredentials({ username: settings.get('user') || '', password: token });
    return;
  }
  element('user-row').hidden = !types.includes('username');
  element('password-row').hidden = !types.includes('password');
  element('login').showModal();
}

element('credentials').addEventListener('submit', (e) => {
  e.preventDefault();
  element('login').close();
  rfb.sendCredentials({ username: element('user').value, password: element('password').value });
  element('password').value = '';
});

element('login').addEventListener('cancel', () => rfb.disconnect());

// ---- clipboard

function received(text) {
  element('clipboard-text').value = text;
  // The browser may forbid it without a click; the text can then be taken from the dialogue.
  navigator.clipboard?.writeText(text).catch(() => {});
}

element('open-clipboard').addEventListener('click', () => element('clipboard').showModal());
element('close-clipboard').addEventListener('click', () => element('clipboard').close());
element('clipboard').addEventListener('close', () => rfb.focus());
element('send-clipboard').addEventListener('click', () => {
  rfb.clipboardPasteFrom(element('clipboard-text').value);
  element('clipboard').close();
});

// ---- the bar

element('ctrl-alt-del').addEventListener('click', () => {
  rfb.sendCtrlAltDel();
  rfb.focus();
});

element('scale').addEventListener('click', (e) => {
  const on = e.currentTarget.getAttribute('aria-pressed') !== 'true';
  e.currentTarget.setAttribute('aria-pressed', String(on));
  rfb.scaleViewport = on;
  rfb.focus();
});

element('full-screen').addEventListener('click', () => {
  if (document.fullscreenElement) {
    document.exitFullscreen();
  } else {
    document.documentElement.requestFullscreen().catch(() => {});
  }
  rfb.focus();
});

element('power-action').addEventListener('change', (e) => {
  const choice = e.currentTarget.selectedOptions[0];
  if (choice.value && confirm(`${choice.textContent} this machine?`)) {
    rfb[choice.value]();
  }
  e.currentTarget.value = '';
  rfb.focus();
});

element('reconnect').addEventListener('click', connect);

connect();
