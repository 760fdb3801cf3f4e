module goduration

go 1.21
