"""`convenor run` and `convenor link`: serve what is configured, and let the chair in."""

import click

from bot.cli.common import opened


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The port to listen on; 0 takes any that is free.",
)
def run(host: str, port: int) -> None:
    """Start the web workspace, and what else is configured.

    It prints a sign-in link that works once. Anything but this machine's own address (127.0.0.1)
    needs CONVENOR_SECRET_KEY and CONVENOR_PUBLIC_URL.

    \b
    Example:
      convenor run
      convenor run --port 9000
    """
    from bot.app import serve

    with opened() as app:
        serve(app, host, port)


@click.command()
def link() -> None:
    """Print a new sign-in link for the workspace; it works once.

    \b
    Example:
      convenor link
    """
    from bot.app import new_sign_in

    with opened() as app:
        click.echo(new_sign_in(app))
