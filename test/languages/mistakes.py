"""
Makes mistakes and fails when an error does not say what is wrong. Prints each error.

`python -O` leaves out the checks of types that jsii generates for Python. Errors must be readable without them as well.
"""
import re
import sys

from cdktf import App, TerraformStack
from cdktf_go_docker import (
    BackupSchedule, BackupStorage, ContainerImage, GoScratchImage, GoServiceWithPostgres, HealthCheck, PostgresDatabase, PublishedPort, Size,
)

FORMS = {
    "library": r"(?s)^(?!.*\n\s+at ).+\n(  given:   .+\n)?  allowed: .+\n  to do:   .+",
    "parameter": r"(?s)^dev/links/Database: (?!.*\n\s+at ).+\n  to do:   .+",
    "Python": r"unexpected keyword argument '|missing \d+ required|^type of argument \w+ must be .+; got ",
    # What the types of Python's signatures cannot say.
    "jsii": r"(?s)Unable to deserialize value as .+Failing value is .+Failure reason",
}


def service(stack, **props):
    return GoServiceWithPostgres(stack, "links", **{"source": "app", "main_package": "./cmd/links", **props})


def database(stack):
    return PostgresDatabase(stack, "database")


def backup(stack, **props):
    return database(stack).backup(**{"schedule": BackupSchedule.daily_at("03:30"), "keep": 7, "to": BackupStorage.volume(), **props})


# The mistake, the name or value that the error must show, and who finds the mistake.
MISTAKES = [
    (lambda stack: service(stack, enviroment={}), "enviroment", "Python"),
    (lambda stack: service(stack, database={"verison": "17"}), "verison", "Python"),
    (lambda stack: service(stack, database={"databaseName": "links"}), "databaseName", "Python"),
    (lambda stack: database(stack).add_role("app", acces="owner"), "acces", "Python"),
    (lambda stack: GoServiceWithPostgres(stack, "links"), "source", "Python"),
    (lambda stack: database(stack).backup(), "keep", "Python"),
    (lambda stack: service(stack, replicas="2"), "replicas", "Python"),
    (lambda stack: service(stack, replicas=True), "replicas", "jsii"),
    (lambda stack: service(stack, replicas=0), "replicas", "library"),
    (lambda stack: service(stack, replicas=1.5), "replicas", "library"),
    (lambda stack: service(stack, memory=Size.mebibytes(1)), "memory", "library"),
    (lambda stack: service(stack, environment={"LIMIT": 1}), "LIMIT", "jsii"),
    (lambda stack: service(stack, migration={"main_package": "./cmd/migrate", "memory": "64MB"}), "memory", "Python"),
    (lambda stack: service(stack, main_package="./cmd/lniks"), "./cmd/lniks", "library"),
    (lambda stack: service(stack, database={"parameters": {"shared_bufers": "256MB"}}), 'did you mean "shared_buffers"', "parameter"),
    (lambda stack: service(stack, routes=["links.example.com"]), "routes", "jsii"),
    (lambda stack: service(stack, image_options=ContainerImage.from_registry("acme/api:1")), "image_options", "Python"),
    (lambda stack: service(stack, image_options=GoScratchImage(stack, "image", source="app", main_package="./cmd/links")),
     "image_options", "Python"),
    (lambda stack: database(stack).publish(5432), "port", "Python"),
    (lambda stack: backup(stack, schedule="30 3 * * *"), "schedule", "Python"),
    (lambda stack: backup(stack, keep=0), "keep", "library"),
    (lambda stack: PublishedPort.on_loopback(99999), "host_port", "library"),
    (lambda stack: BackupSchedule.daily_at("25:00"), "25:00", "library"),
    (lambda stack: HealthCheck.http("healthz"), "healthz", "library"),
]


def plain(name):
    """Errors of the library name props as TypeScript does: hostPort for host_port."""
    return name.replace("_", "").lower()


def error_of(mistake):
    try:
        mistake(TerraformStack(App(), "dev"))
    except Exception as error:
        return str(error)
    return "nothing was refused"


failed = 0
for mistake, shown, form in MISTAKES:
    text = error_of(mistake)
    found = [name for name, pattern in FORMS.items() if re.search(pattern, text)]
    readable = plain(shown) in plain(text) and (form in found if __debug__ else bool(found))
    failed += not readable
    if __debug__ or not readable:
        print(f"{'ok' if readable else 'FAILED'}: {shown} ({form})\n    " + text.replace("\n", "\n    "))
print(f"{len(MISTAKES) - failed} of {len(MISTAKES)} errors are readable{'' if __debug__ else ' without checks of types in Python'}")
sys.exit(failed > 0)
