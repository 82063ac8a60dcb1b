#!/bin/sh
# Ask a shopper, and wait for the answer, with openssl and curl. To try things: openssl
# takes the key on its command line, which other accounts of the machine can read.
set -eu
pass=$1 amount=$2 reference=$3

key=$(printf '%s' "${TERMINAL_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
id="msg_$(openssl rand -hex 16)"
body=$(printf '{"type":"payment_prompt.create","terminal_id":"%s","pass":"%s","amount":%s,"currency":"EUR","reference":"%s"}' \
    "$TERMINAL_ID" "$pass" "$amount" "$reference")

# A retry keeps bytes and webhook-id, and signs anew.
ask() {
    now=$(date +%s)
    signature=$(printf '%s.%s.%s' "$id" "$now" "$body" |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
    curl --silent --show-error --fail-with-body --max-time 10 \
        "$FLASHSESAME_URL/api/v1/terminals/$TERMINAL_ID/payment-prompts" \
        --header 'Content-Type: application/json' \
        --header "webhook-id: $id" \
        --header "webhook-timestamp: $now" \
        --header "webhook-signature: v1,$signature" \
        --data-raw "$body"
}

# The value of a member whose text has no quotes: enough for ids, states and tokens.
member() { printf '%s' "$1" | sed -n "s/.*\"$2\": *\"\\([^\"]*\\)\".*/\\1/p"; }

prompt=$(ask || { sleep 1; ask; }) || { echo "$prompt" >&2; exit 1; }
echo "number $(member "$prompt" number)"
id=$(member "$prompt" id) token=$(member "$prompt" poll_token) state=$prompt
tries=0
while [ "$(member "$state" state)" = pending ] && [ $tries -lt 8 ]; do
    # Each read is held open up to 25 seconds.
    state=$(curl --silent --fail --max-time 35 --header "Authorization: Bearer $token" \
        "$FLASHSESAME_URL/api/v1/payment-prompts/$id?wait=25") || { state=$prompt; sleep 1; }
    tries=$((tries + 1))
done
echo "$(member "$state" state) $(member "$state" reason)"
