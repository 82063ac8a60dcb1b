#!/usr/bin/env node
// Ask a shopper, and wait for the answer. Node 18 or later, nothing to install.

import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

const { FLASHSESAME_URL: url, TERMINAL_ID: terminal, TERMINAL_SECRET: secret } = process.env;
const AGAIN = [409, 429, 500, 502, 503, 504];
const TRIES = 5;

// The three headers of Standard Webhooks, for this very moment.
function signed(body, id) {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const digest = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${digest}`,
  };
}

// A retry keeps bytes and webhook-id, and signs anew.
async function post(path, content) {
  const body = JSON.stringify({ terminal_id: terminal, ...content });
  const id = `msg_${randomUUID()}`;
  for (let number = 1; ; number += 1) {
    const last = number === TRIES;
    try {
      const answer = await fetch(url + path, {
        method: "POST",
        body,
        headers: signed(body, id),
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.ok) return await answer.json();
      if (last || !AGAIN.includes(answer.status)) {
        console.error(answer.status, await answer.text());
        process.exit(1);
      }
    } catch (error) {
      if (last) throw error;
    }
    await pause(2 ** number * 250);
  }
}

// Each read is held open up to 25 seconds.
async function outcome(prompt) {
  const deadline = Date.now() + (prompt.expires_in + 15) * 1000;
  let state = prompt;
  while (state.state === "pending" && Date.now() < deadline) {
    try {
      const answer = await fetch(`${url}/api/v1/payment-prompts/${prompt.id}?wait=25`, {
        headers: { Authorization: `Bearer ${prompt.poll_token}` },
        signal: AbortSignal.timeout(35_000),
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      state = await answer.json();
    } catch {
      await pause(1000); // the line broke, or the server restarts: read again
    }
  }
  return state;
}

const [shopperPass, amount, reference] = process.argv.slice(2);
const prompt = await post(`/api/v1/terminals/${terminal}/payment-prompts`, {
  type: "payment_prompt.create",
  pass: shopperPass,
  amount: Number(amount),
  currency: "EUR",
  reference,
});
console.log("number", prompt.number);
const final = await outcome(prompt);
console.log(final.state, final.reason ?? "");
