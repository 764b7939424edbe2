"""A passkey made of software: answers the portal's two questions as a browser with a key would, or wrongly where a test says so."""

import json
import os
from hashlib import sha256

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """One key of one person; `host` and `scheme` say at which address the browser stands."""

    def __init__(self, host="localhost", scheme="http"):
        self.host, self.origin = host, f"{scheme}://{host}"
        self.secret, self.name = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def register(self, options):
        """Answer the question of the page that adds a key."""
        public = ES256.from_cryptography_key(self.secret.public_key())
        known = AttestedCredentialData.create(b"\0" * 16, self.name, public)
        found = self._found(FLAG.UP | FLAG.UV | FLAG.AT, known)
        asked = CollectedClientData.create("webauthn.create", options["publicKey"]["challenge"], self.origin)
        answer = {"attestationObject": AttestationObject.create("none", found, {}), "clientDataJSON": asked}
        return self._written(answer, {"credProps": {"rk": True}})

    def sign_in(self, options, person):
        """Answer the question of a sign-in, as the person that this key was made for."""
        asked = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], self.origin)
        found = self._found(FLAG.UP | FLAG.UV)
        signature = self.secret.sign(found + asked.hash, ec.ECDSA(SHA256()))
        answer = {
            "authenticatorData": found,
            "clientDataJSON": asked,
            "signature": signature,
            "userHandle": user_pk_to_url_str(person).encode(),
        }
        return self._written(answer, {})

    def _found(self, flags, known=b""):
        return AuthenticatorData.create(sha256(self.host.encode()).digest(), flags, 1, known)

    def _written(self, answer, extensions):
        answer = {name: websafe_encode(value) for name, value in answer.items()}
        name = websafe_encode(self.name)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": answer, "clientExtensionResults": extensions}
        )
