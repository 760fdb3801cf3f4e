// The program of shop.ts, in Go.
package main

import (
	"github.com/aws/jsii-runtime-go"
	lib "github.com/cdktf-go-docker/cdktf-go-docker-go/cdktfgodocker"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

func main() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("shop"))

	gateway := lib.NewGateway(stack, jsii.String("gateway"), &lib.GatewayProps{
		Publish: lib.PublishedPort_OnLoopback(jsii.Number(8080), nil),
	})

	links := lib.NewGoServiceWithPostgres(stack, jsii.String("links"), &lib.GoServiceWithPostgresProps{
		Source:       jsii.String("app"),
		MainPackage:  jsii.String("./cmd/links"),
		ImageOptions: &lib.GoScratchImageOptions{Repository: jsii.String("acme/links")},
		Rollout:      lib.Rollout_BlueGreen(&lib.BlueGreenOptions{SettleTime: lib.Duration_Seconds(jsii.Number(5))}),
		Routes: &[]lib.IGatewayRoute{
			gateway.Route(&lib.GatewayRouteProps{Host: jsii.String("links.example.com"), PathPrefix: jsii.String("/api")}),
		},
		Replicas:    jsii.Number(2),
		Memory:      lib.Size_Mebibytes(jsii.Number(128)),
		Migration:   &lib.MigrationOptions{MainPackage: jsii.String("./cmd/migrate")},
		Environment: &map[string]*string{"MIGRATE_ON_START": jsii.String("false")},
		Database: &lib.PostgresDatabaseOptions{
			Version: lib.PostgresVersion_V17(), DatabaseName: jsii.String("links"), DataProtection: jsii.Bool(false),
		},
	})
	reporting := links.Database().AddRole(jsii.String("reporting"), &lib.PostgresRoleProps{
		Access: lib.RoleAccess_ReadOnly(), ConnectionLimit: jsii.Number(5),
	})
	links.Database().Backup(&lib.PostgresBackupProps{
		Schedule: lib.BackupSchedule_DailyAt(jsii.String("03:30")), Keep: jsii.Number(14), To: lib.BackupStorage_Volume(nil),
	})

	cdktf.NewTerraformOutput(stack, jsii.String("role"), &cdktf.TerraformOutputConfig{Value: reporting.RoleName()})

	app.Synth()
}
