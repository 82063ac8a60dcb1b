// Verify a credential that a Flashsésame signed: node verify_credential.mjs ADDRESS
// ADDRESS is that of a credential, such as …/companies/552008443/transparency-certificate.
// Needs jose 6: npm install jose

import { gunzipSync } from "node:zlib";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";

const TOKEN = { headers: { Accept: "application/vc+jwt" }, redirect: "error" };

// did:web:h%3A8443 is at https://h:8443/.well-known/did.json; http on one's own machine.
function addressOf(did) {
  const [host, ...path] = did.slice("did:web:".length).split(":").map(decodeURIComponent);
  const scheme = /^127\.|^localhost(:|$)/.test(host) ? "http" : "https";
  return `${scheme}://${host}/${(path.length ? path : [".well-known"]).join("/")}/did.json`;
}

async function fetched(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return answer;
}

// The credential in a token, once signature and days hold.
export async function verified(token, now = new Date()) {
  const { alg, typ, cty, kid, crit } = decodeProtectedHeader(token);
  if (alg !== "ES256" || typ !== "vc+jwt" || (cty ?? "vc") !== "vc" || crit) {
    throw new Error("not a credential of the UNTP profile");
  }
  const did = String(kid).split("#")[0];
  const document = await (await fetched(addressOf(did))).json();
  const method = document.verificationMethod.find((one) => one.id === kid);
  if (document.id !== did || !method || !document.assertionMethod.includes(kid)) {
    throw new Error("the issuer does not list the key that signed");
  }
  const key = await importJWK(method.publicKeyJwk, alg);
  const { payload } = await compactVerify(token, key, { algorithms: ["ES256"] });
  const credential = JSON.parse(new TextDecoder().decode(payload));
  if ((credential.issuer.id ?? credential.issuer) !== did || "vc" in credential) {
    throw new Error("signed by another than its issuer");
  }
  if (new Date(credential.validFrom) > now || new Date(credential.validUntil) <= now) {
    throw new Error("not valid today");
  }
  return credential;
}

// Whether the issuer has revoked it: one bit of a list that the same issuer signed.
export async function isRevoked(credential) {
  const { statusListCredential, statusListIndex } = credential.credentialStatus;
  const list = await verified(await (await fetched(statusListCredential, TOKEN)).text());
  const issuer = credential.issuer.id ?? credential.issuer;
  const { encodedList, statusPurpose } = list.credentialSubject;
  if (list.id !== statusListCredential || (list.issuer.id ?? list.issuer) !== issuer) {
    throw new Error("the status list is another’s");
  }
  if (statusPurpose !== "revocation") throw new Error("a list of another purpose");
  const packed = Buffer.from(encodedList.slice(1), "base64url");
  const bits = gunzipSync(packed, { maxOutputLength: 2 ** 21 });
  const index = Number(statusListIndex);
  if (!(index < bits.length * 8)) throw new Error("no such bit in the status list");
  return ((bits[index >> 3] >> (7 - (index & 7))) & 1) === 1;
}

if (process.argv[2]) {
  const credential = await verified(await (await fetched(process.argv[2], TOKEN)).text());
  const holds = !(await isRevoked(credential));
  console.log(holds ? "holds" : "REVOKED", credential.type[0], credential.id);
  process.exitCode = holds ? 0 : 1;
}
