const taggable: Readonly<Record<string, string>> = {
  acm: "certificate:Certificate",
  backup: "vault:Vault",
  cloudfront: "distribution:Distribution",
  cloudwatch: "logGroup:LogGroup",
  dynamodb: "table:Table",
  ebs: "snapshot:Snapshot volume:Volume",
  ec2: "eip:Eip instance:Instance internetGateway:InternetGateway launchTemplate:LaunchTemplate natGateway:NatGateway routeTable:RouteTable securityGroup:SecurityGroup subnet:Subnet vpc:Vpc vpcEndpoint:VpcEndpoint",
  ecr: "repository:Repository",
  ecs: "cluster:Cluster service:Service taskDefinition:TaskDefinition",
  efs: "fileSystem:FileSystem",
  eks: "addon:Addon cluster:Cluster fargateProfile:FargateProfile nodeGroup:NodeGroup",
  elasticache: "replicationGroup:ReplicationGroup",
  iam: "instanceProfile:InstanceProfile openIdConnectProvider:OpenIdConnectProvider policy:Policy role:Role user:User",
  kinesis: "stream:Stream",
  kms: "key:Key",
  lambda: "function:Function",
  lb: "loadBalancer:LoadBalancer targetGroup:TargetGroup",
  msk: "cluster:Cluster",
  opensearch: "domain:Domain",
  rds: "cluster:Cluster clusterInstance:ClusterInstance instance:Instance subnetGroup:SubnetGroup",
  redshift: "cluster:Cluster",
  route53: "zone:Zone",
  s3: "bucket:Bucket bucketV2:BucketV2",
  secretsmanager: "secret:Secret",
  sns: "topic:Topic",
  sqs: "queue:Queue",
  ssm: "parameter:Parameter",
};

/** Pulumi types of common AWS resources that have `tags`; those whose tags are a list (autoscaling groups) are not among them. */
export const taggableTypes: readonly string[] = Object.entries(taggable).flatMap(([service, types]) =>
  types.split(" ").map((type) => `aws:${service}/${type}`),
);
