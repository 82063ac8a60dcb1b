// Verify a webhook: `key` is the whsec_ secret, or the whpk_ public key (Ed25519).

import { createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";

// What stands before the 32 bytes of an Ed25519 public key in DER.
const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

// `body` is a Buffer, byte for byte as it came; `headers` has lower-case names.
export function isGenuine(body, headers, key) {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const bytes = Buffer.from(key.slice(key.indexOf("_") + 1), "base64");
  // Of several signatures one must be right: keys overlap while they are changed.
  return (headers["webhook-signature"] ?? "").split(" ").some((item) => {
    const [version, value] = item.split(",");
    const signature = Buffer.from(value ?? "", "base64");
    if (version === "v1" && key.startsWith("whsec_")) {
      const right = createHmac("sha256", bytes).update(content).digest();
      return right.length === signature.length && timingSafeEqual(right, signature);
    }
    if (version === "v1a" && key.startsWith("whpk_")) {
      const spki = { key: Buffer.concat([ED25519, bytes]), format: "der", type: "spki" };
      return verify(null, content, createPublicKey(spki), signature);
    }
    return false;
  });
}
