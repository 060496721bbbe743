"""A mail server for tests: says on which port it listens, and writes each mail it takes into a file of the folder."""

import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--user")
arguments.add_argument("--password")
given = arguments.parse_args()


class Folder:
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": message["Subject"],
            "id": message["Message-ID"],
            "parts": parts,
            "tls": session.ssl is not None,
            "authenticated": bool(session.authenticated),
        }
        Folder.taken += 1
        path = given.folder / f"{Folder.taken:04}.part"
        path.write_text(json.dumps(mail))
        path.rename(path.with_suffix(".json"))
        return "250 taken"


def known(server, session, envelope, mechanism, proof):
    right = isinstance(proof, LoginPassword) and proof == LoginPassword(given.user.encode(), given.password.encode())
    return AuthResult(success=right)


def connection():
    options = {}
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate, given.key)
        options = {"tls_context": tls, "require_starttls": True}
    if given.user:
        options |= {"authenticator": known, "auth_required": True}
    return SMTP(Folder(), hostname="localhost", **options)


async def main():
    given.folder.mkdir(parents=True, exist_ok=True)
    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", given.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
