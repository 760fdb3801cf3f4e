"""The program of shop.ts, in Python."""
from cdktf import App, TerraformOutput, TerraformStack
from cdktf_go_docker import (
    BackupSchedule, BackupStorage, Duration, Gateway, GoServiceWithPostgres, PostgresVersion, PublishedPort, RoleAccess, Rollout, Size,
)

app = App()
stack = TerraformStack(app, "shop")

gateway = Gateway(stack, "gateway", publish=PublishedPort.on_loopback(8080))

links = GoServiceWithPostgres(
    stack, "links",
    source="app",
    main_package="./cmd/links",
    image_options={"repository": "acme/links"},
    rollout=Rollout.blue_green(settle_time=Duration.seconds(5)),
    routes=[gateway.route(host="links.example.com", path_prefix="/api")],
    replicas=2,
    memory=Size.mebibytes(128),
    migration={"main_package": "./cmd/migrate"},
    environment={"MIGRATE_ON_START": "false"},
    database={"version": PostgresVersion.V17, "database_name": "links", "data_protection": False},
)
reporting = links.database.add_role("reporting", access=RoleAccess.read_only(), connection_limit=5)
links.database.backup(schedule=BackupSchedule.daily_at("03:30"), keep=14, to=BackupStorage.volume())

TerraformOutput(stack, "role", value=reporting.role_name)

app.synth()
