// A provider of identities by SAML 2.0, for the tests and for trying: it believes whoever is typed in, and listens on
// this machine alone, by the name `localhost`, so that it is another site than the app on 127.0.0.1.
// `node saml.mjs PORT KEY APP PRIVATE-KEY CERTIFICATE`, where KEY is what the app calls it, APP the app's address, and
// the other two are PEM files. What the app is told of it stands at /metadata.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as validator from '@authenio/samlify-xmllint-wasm';
import samlify from 'samlify';

const [port, key, app, keyFile, certificateFile] = process.argv.slice(2);
const site = `http://localhost:${port}`;
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const basic = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
const statement =
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{ID}">' +
  '<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport' +
  '</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>';

samlify.setSchemaValidator(validator);
const { SamlLib } = samlify;
const idp = samlify.IdentityProvider({
  entityID: `${site}/metadata`,
  privateKey: readFileSync(keyFile),
  signingCert: readFileSync(certificateFile),
  nameIDFormat: [persistent],
  singleSignOnService: [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: `${site}/sso` }],
  loginResponseTemplate: {
    context: SamlLib.defaultLoginResponseTemplate.context.replace('{AuthnStatement}', statement),
    attributes: [{ name: 'mail', valueTag: 'Mail', nameFormat: basic, valueXsiType: 'xs:string' }],
  },
});

// The app is asked what it is when somebody comes from there: it may start later.
let known;
async function sp() {
  known ??= samlify.ServiceProvider({ metadata: await (await fetch(`${app}/saml/${key}/metadata`)).text() });
  return known;
}

function filled(who, request) {
  return (template) => {
    const now = new Date();
    const values = {
      ID: idp.entitySetting.generateID(),
      AssertionID: idp.entitySetting.generateID(),
      Destination: `${app}/saml/${key}/receive`,
      SubjectRecipient: `${app}/saml/${key}/receive`,
      Audience: `${app}/saml/${key}/metadata`,
      Issuer: idp.entityMeta.getEntityID(),
      IssueInstant: now.toISOString(),
      ConditionsNotBefore: now.toISOString(),
      ConditionsNotOnOrAfter: new Date(now.getTime() + 300_000).toISOString(),
      SubjectConfirmationDataNotOnOrAfter: new Date(now.getTime() + 300_000).toISOString(),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      NameIDFormat: persistent,
      NameID: who,
      InResponseTo: request.extract.request.id,
      attrMail: who,
    };
    return { id: values.ID, context: SamlLib.replaceTagsByValue(template, values) };
  };
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
const page = (content) => `<!doctype html><html lang="en"><title>A provider for trying</title>
<h1>A provider for trying: ${escaped(key)}</h1>${content}</html>`;

async function body(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return new URLSearchParams(text);
}

async function answer(request, response) {
  const url = new URL(request.url, site);
  if (url.pathname === '/metadata') {
    response.setHeader('Content-Type', 'application/samlmetadata+xml').end(idp.getMetadata());
    return;
  }
  if (url.pathname !== '/sso') {
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('Nothing is here.');
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  // Held against the schemas of SAML, as every message is.
  const asked = await idp.parseLoginRequest(await sp(), 'redirect', { query: Object.fromEntries(url.searchParams) });
  if (request.method !== 'POST') {
    response.end(page(`<form method="post"><label>Who are you? <input name="login" autofocus></label>
<button name="do" value="yes">Sign in</button></form>`));
    return;
  }
  const who = (await body(request)).get('login');
  const made = await idp.createLoginResponse(await sp(), asked, 'post', { email: who }, filled(who, asked));
  response.end(page(`<form method="post" action="${escaped(made.entityEndpoint)}">
<input type="hidden" name="SAMLResponse" value="${escaped(made.context)}">
<button name="go">Back to the service</button></form>`));
}

createServer((request, response) => {
  answer(request, response).catch((fault) => {
    console.error(fault);
    response.writeHead(500).end();
  });
}).listen(Number(port), '127.0.0.1', () => console.log(`provider ${key}: ${site}/metadata`));
