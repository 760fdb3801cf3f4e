import com.hashicorp.cdktf.App;
import com.hashicorp.cdktf.TerraformOutput;
import com.hashicorp.cdktf.TerraformStack;
import io.github.cdktfgodocker.*;
import java.util.List;
import java.util.Map;

/** The program of shop.ts, in Java. */
public class Shop {
    public static void main(String[] arguments) {
        App app = new App();
        TerraformStack stack = new TerraformStack(app, "shop");

        Gateway gateway = Gateway.Builder.create(stack, "gateway").publish(PublishedPort.onLoopback(8080)).build();

        GoServiceWithPostgres links = GoServiceWithPostgres.Builder.create(stack, "links")
            .source("app")
            .mainPackage("./cmd/links")
            .imageOptions(GoScratchImageOptions.builder().repository("acme/links").build())
            .rollout(Rollout.blueGreen(BlueGreenOptions.builder().settleTime(Duration.seconds(5)).build()))
            .routes(List.of(gateway.route(GatewayRouteProps.builder().host("links.example.com").pathPrefix("/api").build())))
            .replicas(2)
            .memory(Size.mebibytes(128))
            .migration(MigrationOptions.builder().mainPackage("./cmd/migrate").build())
            .environment(Map.of("MIGRATE_ON_START", "false"))
            .database(PostgresDatabaseOptions.builder().version(PostgresVersion.V17).databaseName("links").dataProtection(false).build())
            .build();
        PostgresRole reporting = links.getDatabase().addRole("reporting",
            PostgresRoleProps.builder().access(RoleAccess.readOnly()).connectionLimit(5).build());
        links.getDatabase().backup(PostgresBackupProps.builder()
            .schedule(BackupSchedule.dailyAt("03:30")).keep(14).to(BackupStorage.volume()).build());

        TerraformOutput.Builder.create(stack, "role").value(reporting.getRoleName()).build();

        app.synth();
    }
}
