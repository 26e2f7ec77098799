// A certified provider of identities, for the tests and for trying: it believes whoever is typed in, and listens on
// this machine alone. `node provider.mjs PORT KEY APP`, where KEY is what the app calls it and APP the app's address.
// Its keys are made when it starts, so that starting it again changes them.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, key, app] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const made = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...made, kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'RS256' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  clients: [
    {
      client_id: 'amana',
      client_secret: 'a-secret-for-trying-only',
      redirect_uris: [`${app}/oidc/${key}/callback`],
      post_logout_redirect_uris: [`${app}/oidc/${key}/signed-out`],
      backchannel_logout_uri: `${app}/oidc/${key}/back-channel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  // It refuses to speak to machines of the own network, as a provider should; here everything is on this machine.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(ctx, id) {
    return { accountId: id, claims: async () => ({ sub: id, email: id, email_verified: id.includes('@') }) };
  },
  // Whoever signs in has agreed: the tests are about signing in, not about consent.
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

const page = `<!doctype html><html lang="en"><title>A provider for trying</title><h1>A provider for trying: ${key}</h1>
<form method="post"><label>Who are you? <input name="login" autofocus></label>
<button name="do" value="yes">Sign in</button> <button name="do" value="no">Decline</button></form></html>`;

async function body(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return new URLSearchParams(text);
}

async function interaction(request, response) {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page);
    return;
  }
  const form = await body(request);
  const result =
    form.get('do') === 'yes' ? { login: { accountId: form.get('login') } } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const ordinary = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    ordinary(request, response);
    return;
  }
  interaction(request, response).catch((fault) => {
    console.error(fault);
    response.writeHead(500).end();
  });
}).listen(Number(port), '127.0.0.1', () => console.log(`provider ${key}: ${issuer}`));
provider.on('backchannel.error', (ctx, fault) => console.error('backchannel', fault));
provider.on('server_error', (ctx, fault) => console.error('server', fault));
